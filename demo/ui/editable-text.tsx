import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { highlight } from './row.ts';

export interface EditableTextProps {
  /** The text in the store. */
  text: string;
  label: string;
  /** Stores the typed text. Returns the text that the store then has. */
  write: (text: string) => string;
  /** Whether to store each keystroke. If false, Enter and leaving the field store the text. */
  live?: boolean;
  readOnly?: boolean;
  className?: string;
  maxLength?: number;
}

/**
 * A text of the store that can be edited in place. While the user edits it, text of another device
 * is announced in a hint, and shown only after the user leaves the field. Enter stores the text;
 * Shift+Enter starts a new line.
 */
export function EditableText({ text, label, write, live, ...attributes }: EditableTextProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const known = useRef<string>(undefined);
  const isTyped = useRef(false);
  const [hint, setHint] = useState('');

  const put = (next: string) => {
    setHint('');
    if (box.current!.value !== next) box.current!.value = next;
    grow(box.current!);
  };
  useEffect(() => {
    const isNews = known.current !== undefined && known.current !== text;
    known.current = text;
    const isEdited = document.activeElement === box.current && !attributes.readOnly;
    if (isEdited && isNews) setHint(`Changed elsewhere to “${text}”`);
    if (!isEdited) put(text);
    if (isNews && !isEdited && !attributes.readOnly)
      highlight(box.current!.closest<HTMLElement>('li, td')!);
  }, [text]);

  const store = () => {
    if (!isTyped.current) return;
    isTyped.current = false;
    const stored = write(box.current!.value);
    known.current = stored;
    if (!live) put(stored);
    else setHint('');
  };
  const type = () => {
    isTyped.current = true;
    grow(box.current!);
    if (live) store();
  };
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    store();
  };
  const leave = () => {
    store();
    put(known.current!);
  };
  return (
    <>
      <textarea
        {...attributes}
        ref={box}
        rows={1}
        aria-label={label}
        onInput={type}
        onKeyDown={enter}
        onBlur={leave}
      />
      <span className="hint" role="status">
        {hint}
      </span>
    </>
  );
}

const growsByItself = CSS.supports('field-sizing', 'content');

/** Fits the height of a box to its text, in browsers without `field-sizing`. */
function grow(box: HTMLTextAreaElement): void {
  if (growsByItself) return;
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}
