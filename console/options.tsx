import type { DraftOptions } from './draft.ts';
import type { ReadSample } from './sample.ts';

interface OptionsSettings {
  readonly options: DraftOptions;
  readonly sample: ReadSample;
  readonly change: (options: DraftOptions) => void;
}

type Switch = {
  [Name in keyof DraftOptions]: DraftOptions[Name] extends boolean ? Name : never;
}[keyof DraftOptions];

/** What an invocation may say beside inputs and request; closed until it is wanted. */
export function Options({ options, sample, change }: OptionsSettings) {
  const set = (part: Partial<DraftOptions>) => change({ ...options, ...part });
  const toggle = (name: Switch, text: string) => (
    <label class="switch">
      <input type="checkbox" checked={options[name]} onChange={() => set({ [name]: !options[name] })} />
      <span>{text}</span>
    </label>
  );
  const isSet = Object.values(options).some((value) => value !== '' && value !== false);
  return (
    <details class="options" open={isSet}>
      <summary>Options</summary>
      <div class="options-body">
        {sample.success.kind === 'list' && toggle('allPages', 'The whole list, page by page (by queue)')}
        {sample.body.kind !== 'none' && toggle('resolve', 'Names in the request become ids')}
        {toggle('returnHttpFailureResponses', 'An HTTP failure is the result')}
        {toggle('binary', 'Bytes in place of JSON')}
        <label>
          <span>Findings stop it</span>
          <select
            value={options.preflight}
            onChange={(event) => {
              const { value } = event.currentTarget;
              set({ preflight: value === 'strict' || value === 'warn' ? value : '' });
            }}
          >
            <option value="">errors</option>
            <option value="strict">errors and warnings</option>
            <option value="warn">neither</option>
          </select>
        </label>
        <label>
          <span>Id</span>
          <input
            value={options.id}
            maxLength={256}
            placeholder="made by the API"
            onInput={(event) => set({ id: event.currentTarget.value })}
          />
        </label>
      </div>
    </details>
  );
}
