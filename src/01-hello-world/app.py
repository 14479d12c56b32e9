from apistar import App

from project.routes import routes

app = App(routes=routes)
wsgi = app.wsgi
