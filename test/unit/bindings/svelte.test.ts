import { svelte } from '../../helpers/bindings/apps/svelte-app.ts';
import { testBinding } from '../../helpers/bindings/behaviour.ts';

testBinding(svelte);
