import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Problem } from './form.tsx';

export interface DialogProps {
  title: string;
  /** Called after the dialog has closed. */
  onClose: () => void;
  /** Renders the content. `close` closes the dialog, and the browser restores the focus. */
  children: (close: () => void) => ReactNode;
}

/** A modal dialog that is open as long as it is rendered. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    dialog.current!.showModal();
    focusEmptyField(dialog.current!);
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      {children(() => dialog.current?.close())}
    </dialog>
  );
}

/** Focuses the first empty text field if another one is filled in already. */
function focusEmptyField(dialog: HTMLDialogElement): void {
  const fields = [...dialog.querySelectorAll<HTMLInputElement>('input:not([type=checkbox])')];
  if (!fields.some(({ value }) => value)) return;
  fields.find(({ hidden, value }) => !hidden && !value)?.focus();
}

/** The button that closes a dialog without doing anything. */
export const CancelButton = ({ close, text = 'Cancel' }: { close: () => void; text?: string }) => (
  <button type="button" onClick={close}>
    {text}
  </button>
);

interface FormEndProps {
  /** The text of the button that sends the form. */
  action: string;
  isDangerous?: boolean;
  close: () => void;
  /** The text of the button that closes the dialog. */
  cancel?: string;
}

/** The end of a form in a dialog: what has gone wrong, and its two buttons. */
export const FormEnd = ({ action, isDangerous, close, cancel = 'Cancel' }: FormEndProps) => (
  <>
    <Problem />
    <div className="actions">
      <button type="submit" className={isDangerous ? 'danger' : 'primary'}>
        {action}
      </button>
      <CancelButton close={close} text={cancel} />
    </div>
  </>
);
