import { testBinding } from '../../helpers/bindings/behaviour.ts';
import { vue } from '../../helpers/bindings/vue-app.ts';

testBinding(vue);
