"""The list of Regions is botocore's own."""

from __future__ import annotations

import botocore.session

from lambada_labs.cloud.local import regions


def test_it_is_what_botocore_itself_lists():
    listed = botocore.session.get_session().get_available_regions("lambda")
    assert regions.known() >= set(listed)
    assert not [code for code in regions.known() if code.startswith(("cn-", "us-gov-", "us-iso"))]
