import { createSignal } from 'solid-js';
import { enter, messageOf } from './tinyhost';

/** The form that signs in, or creates an account. */
export function SignIn() {
  const [email, setEmail] = createSignal('');
  const [password, setPassword] = createSignal('');
  const [isNew, setIsNew] = createSignal(false);
  const [isBusy, setIsBusy] = createSignal(false);
  const [problem, setProblem] = createSignal('');

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setIsBusy(true);
    setProblem('');
    try {
      await enter({ email: email(), password: password() }, isNew());
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <>
      <h1>my-app</h1>
      <form onSubmit={submit}>
        <label>
          E-mail
          <input
            type="email"
            autocomplete="username"
            required
            value={email()}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </label>
        <label>
          Password
          <input
            type="password"
            autocomplete={isNew() ? 'new-password' : 'current-password'}
            required
            value={password()}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={isBusy()}>
          {isNew() ? 'Create account' : 'Sign in'}
        </button>
        <button type="button" onClick={() => setIsNew(!isNew())}>
          {isNew() ? 'I have an account' : 'I am new here'}
        </button>
      </form>
      <p role="alert">{problem()}</p>
    </>
  );
}
