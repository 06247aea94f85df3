import { spawn } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../dev/free-port.ts';

/** Starts a group whose second process serves the port that is its argument. */
const STARTER = `
  import { startGroup } from './dev/process-group.ts';
  const server = "http.createServer((_, response) => response.end()).listen(process.argv[1])";
  startGroup(['sh', '-c', '"$@" & wait', 'sh', process.execPath, '-e', server, process.argv[1]]);
`;

test('a group of processes ends with the process that started it, even if that is killed', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const starter = spawn(process.execPath, ['--import', 'tsx', '-e', STARTER, `${port}`]);
  onTestFinished(() => void starter.kill('SIGKILL'));
  await vi.waitFor(() => fetch(url), { timeout: 20_000 });

  starter.kill('SIGKILL');
  await expect
    .poll(() =>
      fetch(url).then(
        () => 'up',
        () => 'down',
      ),
    )
    .toBe('down');
});
