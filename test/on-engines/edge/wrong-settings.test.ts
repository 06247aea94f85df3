import { expect, onTestFinished, test } from 'vitest';
import { openSocket } from '../../helpers/requests/open-socket.ts';
import { post } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const SECRET = 'hunter2-is-no-webhook-secret';

test('a service with invalid settings answers every request with 500, and only its log names the variable', async () => {
  const vars = { MAIL: 'webhook', MAIL_WEBHOOK_SECRET: SECRET, MAX_DEVICES: 'hunter2' };
  const server = await startServer({ vars, status: 500 });
  onTestFinished(() => server.stop());
  const socket = `${server.url.replace('http', 'ws')}/todo/ws?sessionUuid=${crypto.randomUUID()}`;
  for (const response of [
    await fetch(`${server.url}/health`),
    await fetch(`${server.url}/parties/user/${crypto.randomUUID()}/store`),
    await post(`${server.url}/todo/sign-in`, { email: 'ann@example.com', password: 'x' }),
  ]) {
    expect(response.status).toBe(500);
    const body = await response.json();
    expect(body).toEqual({ error: 'internal', message: expect.any(String) });
    expect(JSON.stringify(body)).not.toMatch(/hunter2|MAIL| {4}at /);
  }
  expect(await openSocket(socket)).toBe(500);
  const named = () => {
    const lines = server.output().matchAll(/"event":"wrong-setting","variable":"(\w+)"/g);
    return [...new Set([...lines].map(([, variable]) => variable))].sort();
  };
  // A room's output reaches this process slightly later than its response.
  await expect.poll(named).toEqual(['MAIL_WEBHOOK_SECRET', 'MAX_DEVICES']);
  const events = server
    .output()
    .match(/^.*"time":.*$/gm)
    ?.join('\n');
  expect(events).not.toContain('hunter2');
});
