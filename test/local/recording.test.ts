import { describe, expect, test } from 'vitest';
import { recorded } from '../../local/recording.ts';

const block = (...lines: readonly string[]) =>
  ['# Tour', '', '```console', ...lines, '```', 'after'].join('\n');
const saying = (text: string, code = 0) => {
  const commands: string[] = [];
  const run = async (command: string) => {
    commands.push(command);
    return { text, code };
  };
  return { commands, run };
};

describe('a recording', () => {
  test('puts what commands print in the place of what stood there, and leaves the rest', async () => {
    const { commands, run } = saying('new\n');
    const text = await recorded(block('$ first', 'old', '', 'older', '', '$ second # a'), run);
    expect(text).toBe(block('$ first', 'new', '', '$ second # a', 'new'));
    expect(commands).toEqual(['first', 'second # a']);
  });

  test('is the same when it is made again', async () => {
    const { run } = saying('one\n\n> two\n$5\n');
    const once = await recorded(block('$ print'), run);
    expect(await recorded(once, run)).toBe(once);
  });

  test('runs a command of several lines as one', async () => {
    const { commands, run } = saying('');
    const text = block("$ cat > a.json <<'END'", '> {}', '> END');
    expect(await recorded(text, run)).toBe(text);
    expect(commands).toEqual(["cat > a.json <<'END'\n{}\nEND"]);
  });

  test('runs nothing of other blocks', async () => {
    const { commands, run } = saying('');
    await recorded('```sh\n$ rm everything\n```', run);
    expect(commands).toEqual([]);
  });

  test('cuts long lines', async () => {
    const { run } = saying(`${'x'.repeat(200)}\n`);
    expect(await recorded(block('$ print'), run)).toBe(block('$ print', `${'x'.repeat(150)} …`));
  });

  test('fails where a command ends otherwise than it says', async () => {
    const { run } = saying('✗ It failed.', 1);
    await expect(recorded(block('$ fail'), run)).rejects.toThrow(
      'It ended with 1 and not with 0: fail\n✗ It failed.',
    );
    await expect(recorded(block('$ fail # ends with 4'), run)).rejects.toThrow('with 1 and not with 4');
    expect(await recorded(block('$ fail # ends with 1'), run)).toContain('✗ It failed.');
  });
});
