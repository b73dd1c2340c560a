"""The block editor, in a real Chromium, on a real WordPress, through `hoplens proxy`: nobody notices the inspector, and
the inspector says nothing that is not so."""

from __future__ import annotations

import base64
import json

import pytest
from support.browser import Chromium
from support.nginx_php import NginxPHP
from support.proxies import Capture, Hoplens
from support.wordpress import LOCAL

#: An image of 2 × 2 pixels.
GIF = base64.b64encode(
    bytes.fromhex(
        "47494638396102000200800000ff0000ffffff21f90400000000002c00000000020002000002038c8d0500 3b".replace(" ", "")
    )
).decode()

SAVE = """(async () => {
    const editor = wp.data.dispatch('core/editor');
    editor.editPost({ title: 'Written through the inspector', content: '<!-- wp:paragraph --><p>By hand.</p><!-- /wp:paragraph -->' });
    await editor.savePost();
    const select = wp.data.select('core/editor');
    return { id: select.getCurrentPostId(), saved: select.didPostSaveRequestSucceed(), title: select.getCurrentPost().title };
})()"""

UPLOAD = """new Promise((done, fail) => {
    const bytes = Uint8Array.from(atob('GIF'), c => c.charCodeAt(0));
    wp.mediaUtils.uploadMedia({
        filesList: [new File([bytes], 'dot.gif', { type: 'image/gif' })],
        onFileChange: files => { if (files[0] && files[0].id) done({ id: files[0].id, url: files[0].url }); },
        onError: error => fail(new Error(error.message || error)),
    });
})"""

PUBLISH = """(async id => {
    const editor = wp.data.dispatch('core/editor');
    const image = wp.blocks.createBlock('core/image', { id: id, url: URL_OF_IMAGE });
    await wp.data.dispatch('core/block-editor').insertBlocks(image);
    editor.editPost({ status: 'publish' });
    await editor.savePost();
    const select = wp.data.select('core/editor');
    return { saved: select.didPostSaveRequestSucceed(), link: select.getPermalink() };
})(ID)"""


class Session:
    """What was done, once, for all tests of this file."""

    def __init__(self, stage, wordpress, folder):
        server = stage.start(NginxPHP, stage.folder("nginx"), wordpress.root, wordpress.fpm)
        self.capture = Capture(folder / "capture")
        self.proxy = Hoplens(
            server.url, "--listen", "127.0.0.1:0", "--host", "client", "--json", "--capture", self.capture.directory
        )
        # Host passes as the browser says it: WordPress is installed under the address of the inspector.
        wordpress.site(self.proxy.url, LOCAL)
        self.user = wordpress.users["editor"]
        try:
            self._edit(stage.start(Chromium, stage.folder("chromium")))
        finally:
            self.status = self.proxy.stop()
        self.records = self.proxy.records()

    def _edit(self, browser: Chromium):
        site = self.proxy.url
        browser.open(f"{site}/wp-login.php", "document.getElementById('wp-submit')")
        browser.run(
            f"document.getElementById('user_login').value = 'editor';"
            f"document.getElementById('user_pass').value = {json.dumps(self.user['password'])};"
            "document.getElementById('wp-submit').click()"
        )
        browser.until("document.getElementById('wpadminbar')")
        browser.open(
            f"{site}/wp-admin/post-new.php",
            "window.wp && wp.data && wp.data.select('core/editor') && wp.data.select('core/editor').getCurrentPostId()"
            " && document.querySelector('.block-editor-block-list__layout')",
        )
        self.saved = browser.run(SAVE)
        self.uploaded = browser.run(UPLOAD.replace("GIF", GIF, 1).replace("atob('GIF')", f"atob('{GIF}')"))
        address = json.dumps(self.uploaded["url"])
        self.published = browser.run(
            PUBLISH.replace("URL_OF_IMAGE", address).replace("(ID)", f"({self.uploaded['id']})")
        )
        browser.open(self.published["link"], "document.querySelector('img')")
        browser.until("document.querySelector('img').complete")
        self.seen = browser.run(
            "({ heading: document.querySelector('h1').textContent, width: document.querySelector('img').naturalWidth })"
        )
        self.complaints, self.refusals = browser.complaints, browser.refusals


@pytest.fixture(scope="module")
def session(stage, wordpress, tmp_path_factory):
    return Session(stage, wordpress, tmp_path_factory.mktemp("editor"))


@pytest.mark.timeout(240)
def test_a_post_is_written_saved_illustrated_and_published(session):
    assert session.saved["saved"] and session.saved["title"] == "Written through the inspector"
    assert session.published["saved"]
    assert session.seen == {"heading": "Written through the inspector", "width": 2}


def test_nothing_breaks_in_the_browser(session):
    own = [refusal for refusal in session.refusals if session.proxy.url in refusal[1]]
    assert own == []
    assert [complaint for complaint in session.complaints if "gravatar" not in complaint] == []


def fates(record: dict, name: str):
    return [edit for edit in record["request"].get("edits", []) if edit.get("n", "").lower() == name]


def test_the_ledger_shows_the_cookie_and_the_nonce_surviving(session):
    def has(record, name):
        return any(field["n"].lower() == name for field in record["request"]["fields"])

    written = [
        record
        for record in session.records
        if record["request"]["method"] in ("POST", "PUT") and has(record, "x-wp-nonce")
    ]
    assert len(written) >= 3  # saved, uploaded, published
    for record in written:
        assert has(record, "cookie") and record["response"]["status"] in (200, 201)
        assert fates(record, "cookie") == [] and fates(record, "x-wp-nonce") == []


def test_no_false_warning_appears(session):
    grave = [
        (finding["rule"], finding["severity"], record["request"]["target"])
        for record in session.records
        for finding in record.get("findings", [])
        if finding["severity"] in ("warning", "error")
    ]
    assert grave == []
    assert session.status == 0


def test_no_secret_of_the_session_is_in_the_capture(session):
    everything = session.capture.everything()
    assert session.user["password"].encode() not in everything
    assert b"wordpress_logged_in_stand" in everything and b"editor%7C" not in everything
