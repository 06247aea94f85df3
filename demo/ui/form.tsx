import { createContext, type FormEvent, type ReactNode, useContext, useRef, useState } from 'react';
import { type ErrorMessages, errorMessage } from './error-messages.ts';
import { useMessages } from './messages.ts';

export type Fields = Record<string, string>;

export interface FormProps {
  /** The name of the form, for password managers. */
  name: string;
  /** The route of the action in the namespace `demo`, for password managers. By default none. */
  route?: string;
  /** Called with the fields at each submission, one at a time. */
  run: (fields: Fields) => unknown;
  /** Messages for the errors of this form. */
  messages?: ErrorMessages;
  className?: string;
  /** The id of the heading. */
  labelledBy?: string;
  children: ReactNode;
}

const ProblemText = createContext('');

/**
 * A form that shows an error at its {@link Problem}, and resets itself after success. It is not
 * disabled meanwhile, because a disabled field loses the focus.
 */
export function Form({ route, run, messages, labelledBy, children, ...attributes }: FormProps) {
  const showMessage = useMessages();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const running = useRef(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (running.current) return;
    const form = event.currentTarget;
    unmark(form);
    setProblem('');
    showMessage('');
    running.current = true;
    setBusy(true);
    try {
      await run(Object.fromEntries(new FormData(form)) as Fields);
      form.reset();
    } catch (error) {
      setProblem(errorMessage(error, messages));
      markField(form, error);
    }
    running.current = false;
    setBusy(false);
  };
  return (
    <form
      {...attributes}
      action={route && `/demo/${route}`}
      method="post"
      aria-labelledby={labelledBy}
      aria-busy={isBusy}
      onSubmit={submit}
    >
      <ProblemText value={problem}>{children}</ProblemText>
    </form>
  );
}

/** The place in a form for the error of the last submission. */
export const Problem = () => (
  <p className="problem" role="alert">
    {useContext(ProblemText)}
  </p>
);

/** Marks and focuses the field that the server rejected. */
function markField(form: HTMLFormElement, error: unknown): void {
  const { field } = error as { field?: string };
  const input = field && form.elements.namedItem(field);
  if (!(input instanceof HTMLInputElement)) return;
  input.setAttribute('aria-invalid', 'true');
  input.focus();
}

function unmark(form: HTMLFormElement): void {
  for (const input of form.querySelectorAll('[aria-invalid]'))
    input.removeAttribute('aria-invalid');
}
