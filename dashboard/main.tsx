import './styles/main.css';
import { createRoot } from 'react-dom/client';
import { Dashboard } from './dashboard.tsx';

createRoot(document.getElementById('app')!).render(<Dashboard />);
