// A slider and its number field are one input: the field carries the name and the exact
// value, the slider the thumb. An empty field means the default, which its placeholder shows.

const field = (slider) => document.getElementById(slider.dataset.slides)
const slider = (field) => document.getElementById(field.dataset.slider)

export function startForm() {
  // Captured, so that the pair agrees before htmx reads the form.
  document.addEventListener('input', ({ target }) => {
    if (target.dataset.slides) field(target).value = target.value
    else if (target.dataset.slider) slider(target).value = target.value || target.placeholder
  }, true)

  // While a thumb is held, an answer to an earlier position must not move the number back.
  const hold = ({ target }) => target.dataset?.slides && field(target).setAttribute('hx-morph-skip', '')
  const release = ({ target }) => target.dataset?.slides && field(target).removeAttribute('hx-morph-skip')
  document.addEventListener('pointerdown', hold)
  document.addEventListener('focusin', hold)
  document.addEventListener('focusout', release)

  // Arrow keys step from the default that an empty field shows, not from its minimum.
  document.addEventListener('keydown', ({ key, target }) => {
    if ((key === 'ArrowUp' || key === 'ArrowDown') && target.type === 'number' && target.value === '') {
      target.value = target.placeholder
    }
  })

  document.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-reset]')
    if (button) reset(button.closest('.group'))
  })

  // Enter in a field asks for what is already being answered; other buttons submit as they say.
  document.addEventListener('submit', (event) => {
    const live = event.target.matches('#planner') && !event.submitter?.hasAttribute('formaction')
    if (live) event.preventDefault()
  })
}

function reset(group) {
  for (const input of group.querySelectorAll('input[name], select[name]')) {
    if (input.type === 'radio') input.checked = input.value === ''
    else if (input.type !== 'hidden') input.value = ''
    if (input.dataset.slider) slider(input).value = input.placeholder
  }
  group.querySelector('input:not([type="hidden"]), select').focus() // the button goes away
  announce(group)
}

// announce tells htmx and the history that an input was changed by a button.
export function announce(element) {
  element.dispatchEvent(new Event('input', { bubbles: true }))
  element.dispatchEvent(new Event('change', { bubbles: true }))
}
