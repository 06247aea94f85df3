/** Returns the element of page.txt with this id. Throws if there is none. */
export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const element = document.getElementById(id);
  if (!element) throw new Error(`page.txt has no #${id}`);
  return element as Type;
}

/** Returns a copy of the only element in the template with this id. */
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
  /** Shows exactly these rows in this order, and creates and removes elements as needed. */
  show(ids: readonly string[]): void;
}

export interface RowMaker {
  make(id: string): HTMLElement;
  update(row: HTMLElement, id: string): void;
  /** Gets the focus when the focused row is removed. */
  fallbackFocus: HTMLElement;
}

/** Updates the children of `list` by id, so that unchanged rows keep focus and typed text. */
export function keyedRows(list: HTMLElement, { make, update, fallbackFocus }: RowMaker): Rows {
  const rows = new Map<string, HTMLElement>();
  return {
    show(ids) {
      const wanted = new Set(ids);
      for (const [id, row] of rows) {
        if (wanted.has(id)) continue;
        if (row.contains(document.activeElement)) fallbackFocus.focus();
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

/** Highlights a row once, after an edit of another device. */
export function highlight(row: HTMLElement): void {
  row.classList.remove('fresh');
  requestAnimationFrame(() => row.classList.add('fresh'));
}
