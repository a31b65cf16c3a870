import type { Finding } from '../lib/preflight/finding.ts';
import { EditorField } from './editing/editor-field.tsx';
import { FindingLine } from './finding-line.tsx';
import type { OpenedOperation } from './sample.ts';

interface RequestSettings {
  readonly opened: OpenedOperation;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly change: (text: string) => void;
}

/** The editor of the request, checked against the schema where it stands and listed below it. */
export function RequestField({ opened, text, findings, change }: RequestSettings) {
  const { body, requestSchema } = opened.sample;
  const name = requestSchema?.schema.$ref ?? requestSchema?.schema.items?.$ref;
  const own = findings.filter(({ path }) => path.startsWith('request'));
  return (
    <section class="request" aria-label="Request">
      <h3>
        Request {name !== undefined && <span class="type">{name}</span>}
        {body.required && <span class="required">required</span>}
      </h3>
      <EditorField
        text={text}
        label="Request, as JSON"
        hint={body.kind === 'undeclared' ? 'The document declares no request here: anything goes.' : '{ }'}
        help={{ language: 'json', requested: opened, findings: own }}
        checkedFor={JSON.stringify(own.map(({ path, reason }) => [path, reason]))}
        changed={change}
      />
      {own.map((finding) => (
        <FindingLine key={finding.path + finding.reason} finding={finding} />
      ))}
    </section>
  );
}
