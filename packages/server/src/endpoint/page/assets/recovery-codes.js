// Copies and prints what can be selected and printed without it too.
const codes = document.querySelector('.codes');
const said = document.getElementById('codes-said');

const buttons = {
  copy: async (button) => {
    await navigator.clipboard.writeText(codes.dataset.text);
    said.textContent = button.dataset.done;
  },
  print: () => window.print(),
};

for (const [name, press] of Object.entries(buttons)) {
  const button = document.querySelector(`button[data-codes="${name}"]`);
  if (!button || (name === 'copy' && !navigator.clipboard)) continue;
  button.hidden = false;
  button.addEventListener('click', () => void press(button));
}
