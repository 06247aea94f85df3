import { expect, onTestFinished, test } from 'vitest';
import { SlowBody } from '../../helpers/requests/slow-body.ts';
import { ask, bearer, newUser, type User } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const MB = 1_000_000;
const SPACE = ' '.repeat(MB);

const put = (user: User) =>
  new SlowBody(`${user.url}/todo/store/values/v`, 'PUT', bearer(user.session_uuid));

async function sendSpace(body: SlowBody, megabytes: number): Promise<void> {
  for (let sent = 0; sent < megabytes; sent++) await body.send(SPACE);
}

test('under load, large bodies are refused with a time to retry, and small ones are accepted', async () => {
  const server = await startServer({ vars: { HIBERNATE: 'off' } });
  onTestFinished(() => server.stop());
  const [ann, bob] = [await newUser({ url: server.url }), await newUser({ url: server.url })];
  const first = put(ann);
  await sendSpace(first, 30);

  const second = put(bob);
  await sendSpace(second, 25);
  const refused = await second.finish('1');
  expect(refused).toMatchObject({ status: 503, error: 'overloaded' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await put(bob).finish('2')).toMatchObject({ status: 204 });

  expect(await first.finish('1')).toMatchObject({ status: 204 });
  const again = put(bob);
  await sendSpace(again, 25);
  expect(await again.finish('3')).toMatchObject({ status: 204 });
  expect((await ask(bob, 'GET', 'store/values')).body).toMatchObject({ v: 3 });
}, 60_000);
