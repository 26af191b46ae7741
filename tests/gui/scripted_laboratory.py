"""A laboratory in which the test says what happens."""


class Told:
    """A worker that writes down what it is told, and says what the test puts in."""

    def __init__(self, made):
        made.append(self)
        self.orders, self.messages, self.busy, self.closed = [], [], True, False

    def send(self, order):
        self.orders.append(order)

    def take(self):
        taken, self.messages = self.messages, []
        return taken

    def close(self, patience=0):
        self.closed = True
        return True


def say(laboratory, worker, *messages):
    worker.messages += messages
    laboratory._look()
