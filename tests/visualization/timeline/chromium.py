"""A page that a test opens in a headless Chromium."""


class Page:
    """An open page."""

    def __init__(self, browser, path, width):
        self.browser = browser
        browser.execute_cdp_cmd(
            'Emulation.setDeviceMetricsOverride',
            dict(width=width, height=844, deviceScaleFactor=1,
                 mobile=width < 600))
        browser.get_log('browser')
        browser.get(path.as_uri())

    def run(self, code):
        return self.browser.execute_script(code)

    def video_time(self):
        """Where the video is, when it has come there."""
        return self.browser.execute_async_script('''
            const done = arguments[0], v = document.querySelector('video');
            const look = () => v.readyState >= 2 && !v.seeking
              ? done(v.currentTime) : setTimeout(look, 20);
            look();''')

    def shown(self):
        minutes, seconds = self.run(
            "return document.getElementById('time').textContent"
        ).split(' / ')[0].split(':')
        return 60 * int(minutes) + float(seconds)

    def cursor(self):
        """Seconds under the cursor, by its place on the axis."""
        return self.run('''
            const box = document.querySelector('.axis .track')
              .getBoundingClientRect();
            const cursor = document.getElementById('cursor')
              .getBoundingClientRect();
            return (cursor.left + 1 - box.left) / box.width''') * 20

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains
        ActionChains(self.browser).send_keys(*keys).perform()

    def click(self, selector, number=0):
        found = self.browser.find_elements('css selector', selector)[number]
        self.run('document.documentElement.scrollTop = '
                 f'{found.location["y"] - 500}')
        found.click()

    def complaints(self):
        return self.browser.get_log('browser')
