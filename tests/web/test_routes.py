"""How the application keeps its routes."""

from werkzeug.routing import Map, Rule

from ledger.web import create_app


def test_an_address_is_the_one_that_the_rules_of_werkzeug_make(ledger):
    app = create_app(ledger=ledger)
    ours = list(app.url_map.iter_rules())
    plain = [Rule(one.rule, endpoint=one.endpoint, defaults=one.defaults) for one in ours]
    Map(plain, converters=app.url_map.converters)
    assert len(ours) > 250
    for one, other in zip(ours, plain, strict=True):
        values = dict.fromkeys(one.arguments, "1")
        for more in ({}, {"as_of": "2024-06-30", "q": "å/ä"}):
            assert one.build({**values, **more}) == other.build({**values, **more})
            assert one.build({**values, **more}, append_unknown=False) == other.build(
                {**values, **more}, append_unknown=False
            )
