import { vi } from 'vitest';
import { PATH_HEADER, QUERY_HEADER } from '../../../../src/operations/proven-access.ts';
import type { StoreHistory } from '../../../../src/protocol/http-api/history.ts';
import { MemoryRoom, writerHeaders } from '../rooms/memory-room.ts';
import { memberOf } from '../rooms/shared-room.ts';

/** Requests to a room about its history, at times of a fake clock. */

export const BEGIN = Date.parse('2026-12-01T08:00:00.000Z');
export const MINUTE = 60_000;

export const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
export const iso = (time: number): string => new Date(time).toISOString();

interface Asked {
  path?: string;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  account?: string;
}

/** Sends a request to a room as the edge does. */
export async function ask(room: MemoryRoom, method: string, route: string, asked: Asked = {}) {
  const { path = '', query = {}, body, headers = {}, account } = asked;
  const writer = account ? { session_hash: account, member: memberOf(account) } : {};
  const response = await room.room.request(
    new Request(`http://room/${route}`, {
      method,
      headers: {
        ...writerHeaders(writer),
        [PATH_HEADER]: path,
        [QUERY_HEADER]: `${new URLSearchParams(query)}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  );
  const text = await response.text();
  const json = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, json, headers: response.headers };
}

export const put = (room: MemoryRoom, path: string, body: unknown, account?: string) =>
  ask(room, 'PUT', 'store', { path, body, ...(account ? { account } : {}) });

export const readAt = async (room: MemoryRoom, at: string, path = '') =>
  (await ask(room, 'GET', 'store', { path, query: { at } })).json;

export const momentsOf = async (room: MemoryRoom): Promise<StoreHistory['moments']> =>
  (await ask(room, 'GET', 'history')).json.moments;

export const restore = (room: MemoryRoom, body: object) => ask(room, 'POST', 'restore', { body });

export const TASKS = { a: { title: 'Milk', done: null }, b: { title: 'Bread' } };
export const FULL = { tables: { tasks: TASKS }, values: { theme: 'dark' } };

/** A room with content, some of which was deleted two minutes later. */
export async function roomWithPast(variables: Record<string, unknown> = {}) {
  const room = await new MemoryRoom({ HEARTBEAT_SECONDS: 0, ...variables }).start();
  await put(room, '', FULL);
  pass(2 * MINUTE);
  await ask(room, 'DELETE', 'store', { path: '/tables/tasks/a' });
  await put(room, '/values/theme', 'light');
  pass(MINUTE);
  return room;
}
