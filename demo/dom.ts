/** The element with this id, which page.txt has. */
export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const element = document.getElementById(id);
  if (!element) throw new Error(`page.txt has no #${id}`);
  return element as Type;
}

/** A copy of the one element in the template with this id. */
export function fromTemplate(id: string): HTMLElement {
  const { content } = byId<HTMLTemplateElement>(id);
  return content.firstElementChild!.cloneNode(true) as HTMLElement;
}

export const find = <Type extends HTMLElement = HTMLElement>(
  parent: ParentNode,
  selector: string,
): Type => parent.querySelector<Type>(selector)!;

export const isInput = (found: unknown): found is HTMLInputElement =>
  found instanceof HTMLInputElement;

export interface Rows {
  /** Shows these rows in this order: makes and removes elements where it has to. */
  show(ids: readonly string[]): void;
}

export interface RowMaker {
  make(id: string): HTMLElement;
  update(row: HTMLElement, id: string): void;
  /** Gets the focus when the row that has it goes away. */
  heir: HTMLElement;
}

/** Keeps the children of `list` in step with ids, so that focus and typing survive an update. */
export function keyedRows(list: HTMLElement, { make, update, heir }: RowMaker): Rows {
  const rows = new Map<string, HTMLElement>();
  return {
    show(ids) {
      const wanted = new Set(ids);
      for (const [id, row] of rows) {
        if (wanted.has(id)) continue;
        if (row.contains(document.activeElement)) heir.focus();
        row.remove();
        rows.delete(id);
      }
      ids.forEach((id, index) => {
        const row = rows.get(id) ?? make(id);
        rows.set(id, row);
        update(row, id);
        if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
      });
    },
  };
}

/** Lets a row light up once, for an edit that came from another device. */
export function lightUp(row: HTMLElement): void {
  row.classList.remove('fresh');
  requestAnimationFrame(() => row.classList.add('fresh'));
}
