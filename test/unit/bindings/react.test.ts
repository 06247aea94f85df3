import { testBinding } from '../../helpers/bindings/behaviour.ts';
import { react } from '../../helpers/bindings/react-app.tsx';

testBinding(react);
