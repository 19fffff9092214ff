import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { loadLanguage } from './words/words.tsx';
import './style/index.css';

const root = document.getElementById('root');
if (root) {
  await loadLanguage();
  const { App } = await import('./app.tsx');
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
