import { getUniqueId, type Store, type Table } from 'tinybase';
import { client } from './tinyhost';

export interface Task {
  id: string;
  title: string;
  done: boolean;
}

/** Returns the tasks in a table of the store, oldest first. */
export function readTasks(table: Table): Task[] {
  const rows = Object.entries(table).sort(([, a], [, b]) => Number(a.at) - Number(b.at));
  return rows.map(([id, { title = '', done }]) => ({ id, title: `${title}`, done: done === true }));
}

/** Adds a task. Its id is unique among all devices, and `at` is the time of the server. */
export function addTask(store: Store, title: string): void {
  store.setRow('tasks', getUniqueId(), { title, done: false, at: client.now() });
}

export function setDone(store: Store, id: string, done: boolean): void {
  store.setCell('tasks', id, 'done', done);
}

export function deleteTask(store: Store, id: string): void {
  store.delRow('tasks', id);
}
