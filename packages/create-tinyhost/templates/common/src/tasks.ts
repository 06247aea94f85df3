import { getUniqueId } from 'tinybase';
import type { Store, TaskTable } from './schemas';
import { client } from './tinyhost';

export interface Task {
  id: string;
  title: string;
  done: boolean;
}

/** Returns the tasks of the store, oldest first. */
export function readTasks(table: TaskTable): Task[] {
  const rows = Object.entries(table).sort(([, a], [, b]) => a.at - b.at);
  return rows.map(([id, { title, done }]) => ({ id, title, done }));
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
