import { useRef, useState } from 'react';

/** A secret that is shown only once, with a button that copies it. */
export function CopiedSecret({ label, secret }: { label: string; secret: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [result, setResult] = useState('');
  const copy = async () => {
    field.current!.select();
    setResult('');
    // It is missing outside of secure contexts, and browsers may refuse it.
    const isCopied = await navigator.clipboard?.writeText(secret).then(
      () => true,
      () => false,
    );
    setResult(isCopied ? 'Copied.' : 'It is selected: copy it with the keyboard.');
  };
  return (
    <div className="link-row">
      <label>
        {label}
        <input ref={field} readOnly value={secret} />
      </label>
      <button type="button" className="primary" onClick={copy}>
        Copy it
      </button>
      <p className="quiet" role="status" aria-label="Copy">
        {result}
      </p>
    </div>
  );
}
