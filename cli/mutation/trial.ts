import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Operation, Schema } from '../../lib/catalogue/operation.ts';
import { sample } from '../../lib/catalogue/sample.ts';
import type { Finding } from '../../lib/preflight/finding.ts';
import { isPatch } from '../../lib/preflight/patch.ts';
import { preflight } from '../../lib/preflight/preflight.ts';
import { type Call, fullCall, patchable } from './full-call.ts';
import { inputMutants } from './input-mutants.ts';
import { memberMutants } from './member-mutants.ts';
import { isRecord, type Mutant, without } from './mutant.ts';
import { patchMutants } from './patch-mutants.ts';
import { createRandom, type Random } from './random.ts';
import { type Site, sitesOf } from './site.ts';

/** What preflight says of one operation's calls. */
export interface Trial {
  readonly operation: Operation;
  /** What it finds in the sample and in the full call: all of it false. */
  readonly falseFindings: readonly Finding[];
  readonly mutants: readonly (Mutant & { readonly caught: boolean })[];
}

/** Tries preflight on an operation: its sample, a call with everything, and what is made of that by one mistake each. */
export function tryOperation(operation: Operation, catalogue: Catalogue, seed: number): Trial {
  const random = createRandom(seed);
  const find = (call: Call) => preflight(operation, call, catalogue.schema);
  const full = fullCall(operation, catalogue, random);
  const falseFindings = [sample(operation, catalogue).example, full].flatMap(find);
  const mutants = mutantsOf(operation, full, catalogue, random).map((mutant) => ({
    ...mutant,
    caught: find(mutant.call).some(({ path }) => mutant.paths.includes(path)),
  }));
  return { operation, falseFindings, mutants };
}

/** Members at the top are all tried; of those below, which are the same few references everywhere, some. */
const nestedSites = 12;

function mutantsOf(
  operation: Operation,
  call: Call,
  catalogue: Catalogue,
  random: Random,
): readonly Mutant[] {
  const { body } = operation;
  const schema: Schema = 'schema' in body ? body.schema : {};
  const sites = body.kind === 'json' && !isPatch(operation) ? sitesOf(call.request, schema, catalogue) : [];
  const top = sites.filter(({ keys }) => keys.length === 1);
  const nested = sites.filter(({ keys }) => keys.length > 1);
  const some = Array.from({ length: nestedSites }, () => random.pick(nested)).flatMap((site) => site ?? []);
  return [
    ...inputMutants(operation, call, memberNames(schema, catalogue)),
    ...[...top, ...new Set(some)].flatMap((site) => memberMutants(call, site)),
    ...movedMember(operation, call, top),
    ...(isPatch(operation) ? patchMutants(call, patchable(operation, catalogue)) : []),
  ];
}

function memberNames({ $ref, properties }: Schema, catalogue: Catalogue): readonly string[] {
  return Object.keys(($ref === undefined ? properties : catalogue.schema($ref)?.properties) ?? {});
}

/** One member of the request given as an input. */
function movedMember({ inputs }: Operation, call: Call, top: readonly Site[]): readonly Mutant[] {
  const site = top.find(({ name }) => !inputs.some((input) => input.name === name));
  if (!site || !isRecord(call.request)) return [];
  const { name, owner } = site;
  const moved = { inputs: { ...call.inputs, [name]: owner[name] }, request: without(call.request, name) };
  return [{ kind: 'member moved', call: moved, paths: [`inputs.${name}`] }];
}
