async def test_a_server_whose_database_is_ready_says_so(ask):
    told = await ask.get("/readyz")

    assert told.status == 200
    assert told.json == {"status": "OK", "state": "ready"}
