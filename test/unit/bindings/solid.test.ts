import { solid } from '../../helpers/bindings/apps/solid-app.ts';
import { testBinding } from '../../helpers/bindings/behaviour.ts';

testBinding(solid);
