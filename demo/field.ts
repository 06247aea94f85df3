import { lightUp } from './dom.ts';

export interface Field {
  /** Shows what the store holds. */
  show(text: string): void;
}

export interface FieldOptions {
  /** Stores what was typed. */
  write(text: string): void;
  /** Whether to store each keystroke at once, not only what is there at Enter or on leaving. */
  live: boolean;
  signal: AbortSignal;
}

/**
 * A text of the store that can be edited in place. What another device writes meanwhile is not
 * put under the cursor: it is told, and shown once the field is left. Enter stores the text,
 * Shift and Enter begins a line.
 */
export function editableText(
  box: HTMLTextAreaElement,
  { write, live, signal }: FieldOptions,
): Field {
  let known: string | undefined;
  let typed = false;
  let writing = false;
  const hint = document.createElement('span');
  hint.className = 'hint';
  hint.setAttribute('role', 'status');
  box.after(hint);
  const put = (text: string) => {
    hint.textContent = '';
    if (box.value !== text) box.value = text;
    requestAnimationFrame(() => grow(box));
  };
  const store = () => {
    if (!typed) return;
    typed = false;
    writing = true;
    write(box.value);
    writing = false;
  };
  const type = () => {
    typed = true;
    grow(box);
    if (live) store();
  };
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    store();
  };
  box.addEventListener('input', type, { signal });
  box.addEventListener('change', store, { signal });
  box.addEventListener('keydown', enter, { signal });
  box.addEventListener('blur', () => put(known ?? ''), { signal });
  return {
    show(text) {
      const isNews = !writing && known !== undefined && known !== text;
      known = text;
      const isEdited = document.activeElement === box && !box.readOnly && !writing;
      if (!isEdited) put(text);
      else if (isNews) hint.textContent = `Changed elsewhere to “${text}”`;
      if (isNews && !isEdited && !box.readOnly) lightUp(box.closest('li')!);
    },
  };
}

const growsByItself = CSS.supports('field-sizing', 'content');

/** Makes a box as high as its text, where the browser does not. */
function grow(box: HTMLTextAreaElement): void {
  if (growsByItself) return;
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}
