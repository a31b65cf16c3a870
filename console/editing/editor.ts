import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { forceLinting, linter } from '@codemirror/lint';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';
import { conditionLanguage } from './condition-language.ts';
import { type Help, marks, suggest } from './help.ts';
import { looks } from './looks.ts';

export interface EditorSettings {
  readonly parent: HTMLElement;
  readonly text: string;
  /** What it is called to those who do not see it. */
  readonly label: string;
  readonly hint: string;
  /** Asked anew each time: it changes while the editor is open. Its language stays. */
  readonly help: () => Help;
  readonly changed: (text: string) => void;
}

export interface OpenEditor {
  /** Looks again for what is to be marked. */
  check(): void;
  close(): void;
}

/** Waits for a pause in typing: every check walks the whole text. */
const checkDelayMs = 250;

/** An editor in the page. Tab leaves it, as it leaves any other field. */
export function openEditor(settings: EditorSettings): OpenEditor {
  const view = new EditorView({
    parent: settings.parent,
    state: EditorState.create({ doc: settings.text, extensions: extensionsOf(settings) }),
  });
  return {
    check: () => forceLinting(view),
    close: () => view.destroy(),
  };
}

function extensionsOf({ label, hint, help, changed }: EditorSettings): Extension {
  const completing = autocompletion({
    icons: false,
    override: [
      ({ state, pos, explicit }) => {
        const { from, options } = suggest(state.doc.toString(), pos, help());
        const isAsked = explicit || from < pos || /[\s{[(,]/.test(state.sliceDoc(pos - 1, pos));
        if (options.length === 0 || !isAsked) return null;
        return {
          from,
          options: options.map(({ label, insert = label, detail = '' }) => ({
            label,
            detail,
            apply: insert,
          })),
          validFor: /^"?[\w]*"?$/,
        };
      },
    ],
  });
  const { language } = help();
  return [
    language === 'json' ? json() : conditionLanguage,
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    language === 'json' ? closeBrackets() : [],
    completing,
    linter(({ state }) => [...marks(state.doc.toString(), help())], { delay: checkDelayMs }),
    Prec.high(keymap.of([{ key: 'Tab', run: acceptCompletion }])),
    keymap.of([
      // Ctrl+Enter runs the invocation: it is left to the page.
      ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
      ...closeBracketsKeymap,
      ...historyKeymap,
      ...completionKeymap,
    ]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
    placeholder(hint),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
    }),
    looks,
  ];
}
