import { enter, messageOf } from './tinyhost';

const FORM = `
  <h1>my-app</h1>
  <form>
    <label>E-mail <input name="email" type="email" autocomplete="username" required></label>
    <label>Password <input name="password" type="password" required></label>
    <button></button>
    <button type="button"></button>
  </form>
  <p role="alert"></p>
`;

/** Shows the form that signs in, or creates an account. */
export function showSignIn(page: HTMLElement): undefined {
  page.innerHTML = FORM;
  const form = page.querySelector('form')!;
  const alert = page.querySelector('[role="alert"]')!;
  const [submit, other] = page.querySelectorAll('button') as unknown as [
    HTMLButtonElement,
    HTMLButtonElement,
  ];
  let isNew = false;

  function choose(): void {
    submit.textContent = isNew ? 'Create account' : 'Sign in';
    other.textContent = isNew ? 'I have an account' : 'I am new here';
    const password = form.querySelector<HTMLInputElement>('[name="password"]')!;
    password.autocomplete = isNew ? 'new-password' : 'current-password';
    alert.textContent = '';
  }

  other.addEventListener('click', () => {
    isNew = !isNew;
    choose();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    submit.disabled = true;
    alert.textContent = '';
    try {
      await enter({ email: `${data.get('email')}`, password: `${data.get('password')}` }, isNew);
    } catch (error) {
      alert.textContent = messageOf(error);
    } finally {
      submit.disabled = false;
    }
  });
  choose();
}
