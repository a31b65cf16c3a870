import { useEffect, useRef, useState } from 'preact/hooks';
import type { EditorSettings, OpenEditor } from './editor.ts';
import type { Help } from './help.ts';

interface EditorFieldSettings extends Omit<EditorSettings, 'parent' | 'help'> {
  readonly help: Help;
  /** Changes with what the marks depend on beside the text. */
  readonly checkedFor: string;
}

/**
 * An editor as a part of the page. `text` is what it begins with: handing back what it told would race with the next key.
 * Its code comes when the first one is shown; until then the text can be read.
 */
export function EditorField(settings: EditorFieldSettings) {
  const place = useRef<HTMLDivElement>(null);
  const opened = useRef<OpenEditor | undefined>(undefined);
  const latest = useRef(settings);
  latest.current = settings;
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    let isWanted = true;
    void import('./editor.ts').then(({ openEditor }) => {
      if (!isWanted || !place.current) return;
      const { text, label, hint } = latest.current;
      opened.current = openEditor({
        parent: place.current,
        text,
        label,
        hint,
        help: () => latest.current.help,
        changed: (shown) => latest.current.changed(shown),
      });
      setIsOpen(true);
    });
    return () => {
      isWanted = false;
      opened.current?.close();
    };
  }, []);
  useEffect(() => opened.current?.check(), [settings.checkedFor]);
  return (
    <div class={`editor editor-${settings.help.language}`} ref={place}>
      {isOpen ? null : <pre class="editor-waiting">{settings.text || settings.hint}</pre>}
    </div>
  );
}
