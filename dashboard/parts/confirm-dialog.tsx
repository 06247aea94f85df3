import type { ReactNode } from 'react';
import { Dialog, FormEnd } from '../../demo/ui/dialog.tsx';
import { Form } from '../../demo/ui/form.tsx';
import { KEY_MESSAGES } from './messages.ts';

export interface ConfirmDialogProps {
  title: string;
  /** What the button says that does it. */
  action: string;
  /** Does it. The dialog shows the error if it fails, and closes otherwise. */
  run: () => Promise<unknown>;
  /** A text that has to be typed first, such as the address of an account to be deleted. */
  typed?: { label: string; text: string };
  onClose: () => void;
  children?: ReactNode;
}

/** Asks before something is done that cannot be undone, or not easily. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, action, run, typed, onClose, children } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      {(close) => (
        <Form
          name="confirm"
          messages={KEY_MESSAGES}
          run={async () => {
            await run();
            close();
          }}
        >
          {children}
          {typed && (
            <label>
              {typed.label}
              <input
                name="typed"
                required
                autoComplete="off"
                spellCheck={false}
                onInput={({ currentTarget }) => {
                  const isTyped = currentTarget.value === typed.text;
                  currentTarget.setCustomValidity(isTyped ? '' : `This is not ${typed.text}.`);
                }}
              />
            </label>
          )}
          <FormEnd action={action} isDangerous close={close} />
        </Form>
      )}
    </Dialog>
  );
}
