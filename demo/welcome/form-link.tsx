import { type FormName, usePage } from '../hooks/page-context.ts';

/** A button that shows another form for signing in. */
export function FormLink({ to, text }: { to: FormName; text: string }) {
  const { showForm, showMessage } = usePage();
  const show = () => {
    showMessage('');
    showForm(to);
  };
  return (
    <button type="button" className="link" onClick={show}>
      {text}
    </button>
  );
}
