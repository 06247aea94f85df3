import { type FormEvent, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { FormName } from '../hooks/page-context.ts';
import { ForgotPasswordForm } from './forgot-password-form.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SignUpForm } from './sign-up-form.tsx';

const FORMS = { 'sign-in': SignInForm, 'sign-up': SignUpForm, forgot: ForgotPasswordForm };

export interface WelcomeProps {
  form: FormName;
  /** Whether the visitor has opened the link of an invitation. */
  isInvited: boolean;
  /** Is set to whether one of the forms had the focus when the user signed in. */
  hadFocus: RefObject<boolean>;
}

/** What a visitor sees who is not signed in: one of the forms. A typed address moves along. */
export function Welcome({ form, isInvited, hadFocus }: WelcomeProps) {
  const main = useRef<HTMLElement>(null);
  const address = useRef('');
  useLayoutEffect(() => {
    const element = main.current;
    return () => {
      hadFocus.current = !!element?.contains(document.activeElement);
    };
  }, [hadFocus]);
  useEffect(() => {
    // The HTML's form may have been filled in before this script ran.
    address.current ||= main.current!.querySelector<HTMLInputElement>('[name=email]')!.value;
    focusEmptyField(main.current!);
  }, [form]);
  const remember = ({ target }: FormEvent<HTMLElement>) => {
    const { name, value } = target as HTMLInputElement;
    if (name === 'email') address.current = value;
  };
  const CurrentForm = FORMS[form];
  return (
    <main ref={main} className="welcome" onInput={remember}>
      <div>
        <h2>One store for each user, on all of their devices</h2>
        <p>
          Make an account, open this page in a second window, and write. What you do in one appears
          in the other; what you do offline arrives when you are back. Share lists with others by a
          link.
        </p>
        {isInvited && (
          <p className="invited" role="status">
            You are invited to a shared list. Sign in or make an account to join it.
          </p>
        )}
      </div>
      <CurrentForm email={address.current} />
    </main>
  );
}

/** Focuses the first empty field, unless the user is already in one. */
function focusEmptyField(main: HTMLElement): void {
  const { activeElement } = document;
  if (activeElement instanceof HTMLInputElement && main.contains(activeElement)) return;
  const fields = [...main.querySelectorAll('input')];
  (fields.find(({ value }) => !value) ?? fields[0])?.focus();
}
