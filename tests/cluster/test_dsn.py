from leadhall.cluster.dsn import Dsn, without_password


def test_a_uri_names_the_socket_folder_the_user_and_the_database():
    assert Dsn("/run/a").uri() == "postgresql://leadhall@/leadhall?host=%2Frun%2Fa&port=5432"


def test_a_blank_in_a_path_is_written_as_libpq_reads_it():
    assert "a%20b" in Dsn("/run/a b").uri()


def test_the_admin_is_the_same_cluster_as_its_superuser():
    admin = Dsn("/run/x").as_admin("postgres")

    assert (admin.host, admin.user, admin.database) == ("/run/x", "leadhall_admin", "postgres")


def test_a_password_leaves_the_uri_of_a_program():
    bare, password = without_password("postgresql://me:p%40ss@db.example:5433/app?sslmode=require")

    assert bare == "postgresql://me@db.example:5433/app?sslmode=require"
    assert password == "p@ss"


def test_a_password_given_as_a_parameter_leaves_it_too():
    bare, password = without_password("postgresql:///app?host=/run/x&user=me&password=secret")

    assert "secret" not in bare
    assert password == "secret"


def test_a_uri_without_a_password_stays_as_it_is():
    assert without_password("postgresql://me@db.example/app") == ("postgresql://me@db.example/app", None)
