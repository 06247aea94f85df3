import { highlight } from './dom.ts';

export interface EditableText {
  /** Shows the text of the store. */
  show(text: string): void;
}

export interface EditableTextOptions {
  /** Stores the typed text. */
  write(text: string): void;
  /** Whether to store each keystroke. If false, Enter and leaving the field store the text. */
  live: boolean;
  signal: AbortSignal;
}

/**
 * Makes a text of the store editable in place. While the user edits it, text of another device is
 * announced in a hint, and shown only after the user leaves the field. Enter stores the text;
 * Shift+Enter starts a new line.
 */
export function editableText(
  box: HTMLTextAreaElement,
  { write, live, signal }: EditableTextOptions,
): EditableText {
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
      if (isNews && !isEdited && !box.readOnly) highlight(box.closest('li')!);
    },
  };
}

const growsByItself = CSS.supports('field-sizing', 'content');

/** Fits the height of a box to its text, in browsers without `field-sizing`. */
function grow(box: HTMLTextAreaElement): void {
  if (growsByItself) return;
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}
