import './style.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { TinyHostProvider } from 'tinyhost-client/react';
import { App } from './App';
import { client } from './tinyhost';

createRoot(document.querySelector('#app')!).render(
  <StrictMode>
    <TinyHostProvider client={client} offline>
      <App />
    </TinyHostProvider>
  </StrictMode>,
);
