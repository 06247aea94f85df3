import { testBinding } from '../../helpers/bindings/behaviour.ts';
import { solid } from '../../helpers/bindings/solid-app.ts';

testBinding(solid);
