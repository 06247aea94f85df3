import './style.css';
import { render } from 'solid-js/web';
import { TinyHostProvider } from 'tinyhost-client/solid';
import { App } from './App';
import { client } from './tinyhost';

render(
  () => (
    <TinyHostProvider client={client} offline>
      <App />
    </TinyHostProvider>
  ),
  document.querySelector('#app')!,
);
