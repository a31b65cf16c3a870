/** What a command printed, and the code that it ended with. */
export interface Printed {
  readonly text: string;
  readonly code: number;
}

/** The language of the blocks that are recorded. */
const opening = '```console';
const longestLine = 150;

/**
 * Runs the commands that the console blocks of a Markdown text show, in order, and puts what they print in the place of what stood
 * there. A command is a line behind `$ `, which goes on in lines behind `> `. It ends with 0, or as its comment `# ends with 4` says.
 * @throws Error where one ends otherwise: a tour that does not go as it says is none.
 */
export async function recorded(
  markdown: string,
  run: (command: string) => Promise<Printed>,
): Promise<string> {
  const lines: string[] = [];
  let block: string[] | undefined;
  for (const line of markdown.split('\n')) {
    if (block && line === '```') {
      for (const [place, command] of commandsIn(block).entries())
        lines.push(...(place > 0 ? [''] : []), ...(await played(command, run)));
      block = undefined;
    }
    if (block) block.push(line);
    else lines.push(line);
    if (line === opening) block = [];
  }
  if (block) throw new Error('The last console block is not closed.');
  return lines.join('\n');
}

/** The commands of a block, each as the lines that show it. */
function commandsIn(block: readonly string[]): readonly (readonly string[])[] {
  const commands: string[][] = [];
  let isCommand = false;
  for (const line of block) {
    if (line.startsWith('$ ')) commands.push([line]);
    else if (isCommand && line.startsWith('> ')) commands.at(-1)?.push(line);
    isCommand = line.startsWith('$ ') || (isCommand && line.startsWith('> '));
  }
  return commands;
}

async function played(
  shown: readonly string[],
  run: (command: string) => Promise<Printed>,
): Promise<readonly string[]> {
  const command = shown.map((line) => line.slice(2)).join('\n');
  const expected = Number(/# ends with (\d+)/.exec(command)?.[1] ?? 0);
  const { text, code } = await run(command);
  if (code !== expected)
    throw new Error(`It ended with ${code} and not with ${expected}: ${command}\n${text}`);
  const printed = text.trimEnd();
  return [...shown, ...(printed === '' ? [] : printed.split('\n').map(cut))];
}

const cut = (line: string) =>
  line.length > longestLine ? `${line.slice(0, longestLine).trimEnd()} …` : line.trimEnd();
