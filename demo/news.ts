import { byId } from './dom.ts';

/** Tells what concerns the whole page; an empty text takes back what was told. */
export function tell(text: string): void {
  byId('news').textContent = text;
}
