import { render } from 'preact'
import { App } from './app'
import { speak } from './i18n'
import { chosenLanguage, chosenTheme, wear } from './prefs'

wear(chosenTheme())
await speak(chosenLanguage())
render(<App />, document.getElementById('page')!)
