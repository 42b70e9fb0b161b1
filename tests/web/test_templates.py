"""Every template is one that the engine can read: a slip in one that is seldom shown is found."""


def test_every_template_is_read(api):
    names = [name for name in api.app.jinja_env.list_templates() if name.endswith(".html")]
    assert len(names) > 50
    for name in names:
        api.app.jinja_env.get_template(name)
