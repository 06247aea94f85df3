import { testBinding } from '../../helpers/bindings/behaviour.ts';
import { svelte } from '../../helpers/bindings/svelte-app.ts';

testBinding(svelte);
