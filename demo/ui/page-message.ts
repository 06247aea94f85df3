import { byId } from './dom.ts';

/** Shows a message at the top of the page. An empty text removes it. */
export function showMessage(text: string): void {
  byId('news').textContent = text;
}
