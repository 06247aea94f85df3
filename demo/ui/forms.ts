import { find, isInput } from './dom.ts';
import { type ErrorMessages, errorMessage } from './error-messages.ts';
import { showMessage } from './page-message.ts';

export interface Submission {
  /** Messages for the errors of this form. */
  messages?: ErrorMessages;
  signal?: AbortSignal;
}

/**
 * Calls `run` with the fields of the form at each submission, one at a time. Shows an error in the
 * form, or resets the form after success. The form is not disabled meanwhile, because a disabled
 * field loses the focus.
 */
export function onSubmit(
  form: HTMLFormElement,
  run: (fields: Record<string, string>) => unknown,
  { messages, signal }: Submission = {},
): void {
  let busy = false;
  const setBusy = (value: boolean) => {
    busy = value;
    form.setAttribute('aria-busy', `${value}`);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    clearProblem(form);
    showMessage('');
    setBusy(true);
    try {
      await run(Object.fromEntries(new FormData(form)) as Record<string, string>);
      form.reset();
    } catch (error) {
      if (!signal?.aborted) showProblem(form, error, messages);
    }
    setBusy(false);
  };
  form.addEventListener('submit', submit, signal ? { signal } : {});
}

/** Shows an error and focuses the field that the server rejected. */
function showProblem(form: HTMLFormElement, error: unknown, messages?: ErrorMessages): void {
  find(form, '.problem').textContent = errorMessage(error, messages);
  const { field } = error as { field?: string };
  const input = field && form.elements.namedItem(field);
  if (!isInput(input)) return;
  input.setAttribute('aria-invalid', 'true');
  input.focus();
}

function clearProblem(form: HTMLFormElement): void {
  find(form, '.problem').textContent = '';
  for (const input of form.querySelectorAll('[aria-invalid]'))
    input.removeAttribute('aria-invalid');
}

/** Opens a dialog and resets its form to `fields`. The browser restores the focus on close. */
export function openDialog(dialog: HTMLDialogElement, fields: Record<string, string> = {}): void {
  const form = find<HTMLFormElement>(dialog, 'form');
  form.reset();
  clearProblem(form);
  for (const [name, text] of Object.entries(fields)) {
    const input = form.elements.namedItem(name);
    if (isInput(input)) input.value = text;
  }
  if (!dialog.open) dialog.showModal();
  const empty = [...form.querySelectorAll('input')].find((input) => !input.hidden && !input.value);
  if (Object.values(fields).some(Boolean)) empty?.focus();
}

/** Makes the close button of each dialog work. */
export function connectCloseButtons(): void {
  for (const dialog of document.querySelectorAll('dialog')) {
    find(dialog, '.close').addEventListener('click', () => dialog.close());
  }
}

/** Adds a button to each password field that shows the password until the form is submitted. */
export function addRevealButtons(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('input[type=password]')) {
    const button = document.createElement('button');
    const show = (shown: boolean) => {
      input.type = shown ? 'text' : 'password';
      button.setAttribute('aria-pressed', `${shown}`);
    };
    button.type = 'button';
    button.className = 'reveal';
    button.textContent = 'Show';
    button.setAttribute('aria-label', 'Show password');
    button.addEventListener('click', () => show(input.type === 'password'));
    // Password managers look for fields of type password when a form is submitted.
    for (const event of ['submit', 'reset']) input.form?.addEventListener(event, () => show(false));
    input.spellcheck = false;
    show(false);
    const frame = document.createElement('span');
    frame.className = 'secret';
    const label = input.closest('label')!;
    label.after(frame);
    frame.append(label, button);
  }
}
