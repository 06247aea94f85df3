import { Dialog, FormEnd } from '../ui/dialog.tsx';
import { type Fields, Form } from '../ui/form.tsx';

export interface NameDialogProps {
  title: string;
  /** The text of the button that submits the name. */
  action: string;
  /** The present name. */
  name?: string;
  run: (name: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for the name of a list, and closes when `run` has succeeded. */
export function NameDialog({ title, action, name = '', run, onClose }: NameDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      {(close) => (
        <Form name="list-name" route="stores" run={({ name }: Fields) => run(name!).then(close)}>
          <label>
            Name
            <input name="name" autoComplete="off" required maxLength={100} defaultValue={name} />
          </label>
          <FormEnd action={action} close={close} />
        </Form>
      )}
    </Dialog>
  );
}
