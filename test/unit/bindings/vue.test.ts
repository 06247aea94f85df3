import { vue } from '../../helpers/bindings/apps/vue-app.ts';
import { testBinding } from '../../helpers/bindings/behaviour.ts';

testBinding(vue);
