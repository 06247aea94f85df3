import { type InputHTMLAttributes, type ReactNode, useEffect, useRef, useState } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: ReactNode;
}

export const EmailField = ({ defaultValue }: { defaultValue?: string }) => (
  <label>
    E-mail
    <input
      name="email"
      type="email"
      autoComplete="username"
      required
      {...(defaultValue && { defaultValue })}
    />
  </label>
);

/** Tells password managers whose password a form is about. */
export const HiddenEmail = ({ email }: { email: string }) => (
  <input name="email" type="email" autoComplete="username" defaultValue={email} hidden />
);

export const TokenField = ({ defaultValue }: { defaultValue: string }) => (
  <label>
    Token from the mail
    <input
      name="token"
      autoComplete="off"
      spellCheck={false}
      required
      defaultValue={defaultValue}
    />
  </label>
);

/** A password field with a button that shows the password until the form is submitted. */
export function PasswordField({ label, ...attributes }: FieldProps) {
  const [isShown, setShown] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const form = input.current!.form!;
    const hide = () => setShown(false);
    // Password managers look for fields of type password when a form is submitted.
    for (const event of ['submit', 'reset']) form.addEventListener(event, hide);
    return () => {
      for (const event of ['submit', 'reset']) form.removeEventListener(event, hide);
    };
  }, []);
  return (
    <span className="secret">
      <label>
        {label}
        <input
          {...attributes}
          ref={input}
          type={isShown ? 'text' : 'password'}
          spellCheck={false}
        />
      </label>
      <button
        type="button"
        className="reveal"
        aria-label="Show password"
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
      >
        Show
      </button>
    </span>
  );
}
