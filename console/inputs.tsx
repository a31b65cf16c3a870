import { useState } from 'preact/hooks';
import type { Scope } from '../lib/conditions/checking.ts';
import type { Finding } from '../lib/preflight/finding.ts';
import type { Draft } from './draft.ts';
import { EditorField } from './editing/editor-field.tsx';
import { FindingLine } from './finding-line.tsx';
import type { OpenedOperation, ReadSample } from './sample.ts';

type Input = ReadSample['inputs'][number];

interface InputsSettings {
  readonly opened: OpenedOperation;
  readonly draft: Draft;
  readonly findings: readonly Finding[];
  readonly change: (part: Partial<Draft>) => void;
}

/** Seldom used, so they wait out of the way with a name to click. */
const common = ['conditions', 'orderBy', 'fields', 'page', 'pageSize'];

/** The inputs of an operation: those that it needs, those that are used, and the rest a click away. */
export function Inputs({ opened, draft, findings, change }: InputsSettings) {
  const { inputs } = opened.sample;
  const [added, setAdded] = useState<readonly string[]>([]);
  const isShown = ({ name, required }: Input) =>
    required || name in draft.inputs || added.includes(name) || (name === 'conditions' && isMany(opened));
  const rest = inputs.filter((input) => !isShown(input));
  const set = (name: string, text: string) => change({ inputs: { ...draft.inputs, [name]: text } });
  const strays = findings.filter(
    ({ path }) => path.startsWith('inputs.') && !inputs.some(({ name }) => path === `inputs.${name}`),
  );
  if (inputs.length === 0 && strays.length === 0) return null;
  return (
    <section class="inputs" aria-label="Inputs">
      <h3>Inputs</h3>
      {inputs.filter(isShown).map((input) => (
        <InputField
          key={input.name}
          input={input}
          text={draft.inputs[input.name] ?? ''}
          opened={opened}
          findings={findings.filter(({ path }) => path === `inputs.${input.name}`)}
          set={(text) => set(input.name, text)}
        />
      ))}
      {strays.map((finding) => (
        <FindingLine key={finding.path + finding.reason} finding={finding} />
      ))}
      {rest.length > 0 && (
        <div class="more-inputs">
          <span id="more-inputs">Add an input:</span>
          {rest.toSorted(byUse).map(({ name, description }) => (
            <button
              key={name}
              type="button"
              class="chip"
              title={description}
              aria-describedby="more-inputs"
              onClick={() => setAdded([...added, name])}
            >
              {name}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}

const isMany = ({ sample: { success } }: OpenedOperation) => ['list', 'count'].includes(success.kind);

const use = ({ name }: Input) => (common.includes(name) ? common.indexOf(name) : common.length);
const byUse = (one: Input, other: Input) => use(one) - use(other);

const scopes: readonly Scope[] = ['conditions', 'childConditions', 'customFieldConditions'];

interface FieldSettings {
  readonly input: Input;
  readonly text: string;
  readonly opened: OpenedOperation;
  readonly findings: readonly Finding[];
  readonly set: (text: string) => void;
}

function InputField({ input, text, opened, findings, set }: FieldSettings) {
  const { name, type, required, description } = input;
  const scope = isMany(opened) ? scopes.find((it) => it.toLowerCase() === name.toLowerCase()) : undefined;
  const id = `input-${name}`;
  return (
    <div class="field">
      <label for={id}>
        <span class="field-name">{name}</span> <span class="type">{type}</span>
        {required && <span class="required">required</span>}
      </label>
      <p class="meaning" id={`${id}-meaning`}>
        {description}
      </p>
      {scope ? (
        <EditorField
          text={text}
          label={name}
          hint='closedFlag = false and summary contains "printer"'
          help={{ language: 'conditions', scope, asked: opened }}
          checkedFor=""
          changed={set}
        />
      ) : (
        <PlainInput id={id} input={input} text={text} isWrong={findings.length > 0} set={set} />
      )}
      {findings.map((finding) => (
        <FindingLine key={finding.reason + finding.message} finding={finding} />
      ))}
    </div>
  );
}

interface PlainSettings {
  readonly id: string;
  readonly input: Input;
  readonly text: string;
  readonly isWrong: boolean;
  readonly set: (text: string) => void;
}

function PlainInput({ id, input: { type, enum: choices }, text, isWrong, set }: PlainSettings) {
  const values = type === 'boolean' ? ['true', 'false'] : choices;
  const listed = values && `${id}-values`;
  return (
    <>
      <input
        id={id}
        value={text}
        list={listed}
        inputMode={type === 'integer' ? 'numeric' : 'text'}
        spellcheck={false}
        autocomplete="off"
        aria-describedby={`${id}-meaning`}
        aria-invalid={isWrong}
        onInput={(event) => set(event.currentTarget.value)}
      />
      {values && (
        <datalist id={listed}>
          {values.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
    </>
  );
}
