/**
 * Closes what is under 'Unreleased' as the version, and begins a new one.
 * @throws Error where nothing is under 'Unreleased', or the version is there already
 */
export function closeUnreleased(changelog: string, version: string, day: string): string {
  const heading = '## Unreleased\n';
  const start = changelog.indexOf(heading);
  if (start < 0) throw new Error(`CHANGELOG.md has no heading '${heading.trim()}'.`);
  if (changelog.includes(`\n## ${version} `))
    throw new Error(`CHANGELOG.md has a version ${version} already.`);
  const from = start + heading.length;
  const next = changelog.indexOf('\n## ', from);
  const unreleased = changelog.slice(from, next < 0 ? undefined : next);
  if (!/^- /m.test(unreleased))
    throw new Error(`CHANGELOG.md has nothing under 'Unreleased': there is nothing to release.`);
  return `${changelog.slice(0, from)}\n## ${version} - ${day}\n${changelog.slice(from)}`;
}

/** @param step `major`, `minor`, `patch`, or the next version itself, which must be above `current`. */
export function nextVersion(current: string, step: string): string {
  const [major, minor, patch] = numbersOf(current);
  if (step === 'major') return `${major + 1}.0.0`;
  if (step === 'minor') return `${major}.${minor + 1}.0`;
  if (step === 'patch') return `${major}.${minor}.${patch + 1}`;
  const asked = numbersOf(step);
  const difference = [major, minor, patch].map((number, place) => (asked[place] ?? 0) - number);
  if ((difference.find((it) => it !== 0) ?? 0) > 0) return step;
  throw new Error(`${step} is not above ${current}, the version that is out.`);
}

function numbersOf(version: string): readonly [number, number, number] {
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version);
  if (match) return [Number(match[1]), Number(match[2]), Number(match[3])];
  throw new Error(`'${version}' is no version. Give major, minor, patch, or a version such as 1.2.3.`);
}
